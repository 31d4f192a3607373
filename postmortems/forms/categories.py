"""The categories of factors, asked a second time."""

from typing import Any

from django import forms

from postmortems.lifecycle import Category


class CategoriesForm(forms.Form):
    """One choice per factor; nothing is chosen beforehand, so that nothing is suggested."""

    def __init__(self, *args: Any, statements: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, statement in statements:
            self.fields[f"factor_{key}"] = forms.ChoiceField(
                label=statement, choices=[("", "Choose one"), *Category.choices]
            )

    def given(self) -> dict[str, Any]:
        said = {
            int(name.removeprefix("factor_")): value for name, value in self.cleaned_data.items()
        }
        return {"categories": said}
