"""Pages about the product itself: components, theme, accessibility. No data of people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from wmp_search import design as components

THEMES = {"": "As the device is set", "light": "Light", "dark": "Dark"}
COOKIE = "theme"
YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The theme chosen on this device: "light", "dark", or "" for the device's own."""
    chosen = request.COOKIES.get(COOKIE, "")
    return chosen if chosen in THEMES else ""


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with made-up content."""
    return render(request, "about/design.html", components.samples())


@require_http_methods(["GET", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Choose the theme; it is kept on the device, in a cookie that says nothing else."""
    if request.method == "GET":
        context = {"themes": THEMES, "chosen": theme_of(request)}
        return render(request, "about/display.html", context)
    chosen = request.POST.get("theme", "")
    answer = redirect("display")
    if chosen in ("light", "dark"):
        secure = request.is_secure()
        answer.set_cookie(
            COOKIE, chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=secure
        )
    else:
        answer.delete_cookie(COOKIE)
    return answer


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "about/accessibility.html")
