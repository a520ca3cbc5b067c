"""Menus above a page, as the theme draws them."""

from typing import Any

from chapter import hooks


def link(text: str, url: str, icon: str) -> dict[str, str]:
    """Return an entry of a menu."""
    icon = f"fas fa-fw {icon}"
    return {"type": "link", "text": text, "url": url, "icon": icon}


def add(
    context: dict[str, Any],
    name: str,
    tooltip: str,
    icon: str,
    entries: list[dict[str, str]],
) -> None:
    """Put a menu before the other buttons of a page."""
    menu = {
        "type": "group", "label": f"{name}-buttons", "buttons": entries,
        "tooltip": tooltip, "icon": f"fas {icon}",
    }  # fmt: skip
    hooks.add_button(context, menu)
