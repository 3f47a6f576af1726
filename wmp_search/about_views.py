"""Pages about the product itself: components, theme, accessibility. No data of people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from wmp_search import design as components

THEMES = {"": "As the device is set", "light": "Light", "dark": "Dark"}
COOKIE = "theme"
KEYS_COOKIE = "keys"
YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The theme chosen on this device: "light", "dark", or "" for the device's own."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else ""


def keys_are_off(request: HttpRequest) -> bool:
    """Whether single keys do nothing on this device: they disturb who dictates (WCAG 2.1.4)."""
    return request.COOKIES.get(KEYS_COOKIE) == "off"


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with made-up content."""
    return render(request, "about/design.html", components.samples())


@require_http_methods(["GET", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Choose theme and keys; they are kept on the device, in cookies that say nothing else."""
    if request.method == "GET":
        context = {"themes": THEMES, "chosen": theme_of(request)}
        return render(request, "about/display.html", context)
    chosen = request.POST.get("theme", "")
    answer = redirect("display")
    _remember(request, answer, COOKIE, chosen if chosen in ("light", "dark") else "")
    _remember(request, answer, KEYS_COOKIE, "off" if "keys_off" in request.POST else "")
    return answer


def _remember(request: HttpRequest, answer: HttpResponse, name: str, value: str) -> None:
    """Keep a choice on the device; "" forgets it."""
    if not value:
        answer.delete_cookie(name)
        return
    secure = request.is_secure()
    answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """What can be typed into the box, and the keys."""
    return render(request, "about/help.html")


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "about/accessibility.html")
