"""Who may see again what a search of intelligence showed: who may search it now."""

from audit.actions import Action
from audit.replays import Look
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


def may_see_again(scope: Scope, look: Look) -> bool:
    """The people on the screen are for `people.replays`."""
    searched = look.action == Action.INTELLIGENCE_SEARCHED
    return not searched or scope.may(Permission.INTELLIGENCE_SEARCH)
