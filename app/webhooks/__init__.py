"""Notifications sent to those who have subscribed to changes.

targets    where they may go
posting    one request to a receiver
handshake  the question that a receiver must answer
notifier   the worker that sends what is due
keeper     the process that keeps the worker running
"""
