import pytest

from odata.edm.identifier import is_identifier, is_namespace


@pytest.mark.parametrize("text", ["a", "_x0020_", "Größe", "number1", "a" * 128, "a\u0301"])
def test_identifier_is_allowed(text):
    assert is_identifier(text)


@pytest.mark.parametrize("text", ["", "1a", "a b", "a-b", "a.b", "$a", "a" * 129, "\u0301a", "a\n"])
def test_text_is_no_identifier(text):
    assert not is_identifier(text)


@pytest.mark.parametrize("text", ["Test", "Microsoft.NAV", "a.b.c"])
def test_namespace_is_allowed(text):
    assert is_namespace(text)


@pytest.mark.parametrize("text", ["", "Edm", "odata", "System", "Transient", "a..b", ".a", "a.1"])
def test_text_is_no_namespace(text):
    assert not is_namespace(text)
