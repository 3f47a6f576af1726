"""The crime search box, with why the officer looks."""

from people.forms import SearchForm


class CrimeSearchForm(SearchForm):
    """As for people; only the words differ."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        required = "Enter a crime number, an offence, a street or a postcode"
        self.fields["text"].error_messages["required"] = required
