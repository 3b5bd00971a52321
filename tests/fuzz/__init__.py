"""Hostile requests: drawn from the grammar, made of valid ones, or mere octets on a socket.

``make test`` sends twenty thousand; ``make fuzz`` sends a million to a server of its own.

request    one request, and how it is written to a socket
corpus     valid requests of every kind
grammar    queries as Hypothesis draws them
mutation   valid requests, damaged
verdict    what no answer may be
senders    how requests reach the service: in this process, or by a socket
caller     who sends them, and what it must not reach
campaign   many requests, and what was wrong with their answers
"""
