"""Who may see again what a search of intelligence showed: who may search it now."""

from audit.actions import Action
from audit.replays import Look
from gangs.selectors import visible
from wmp_search.access.permissions import Permission
from wmp_search.access.scope import Scope


def may_see_again(scope: Scope, look: Look) -> bool:
    """The people on the screen are for `people.replays`; of a briefing the gang must be seen."""
    if look.action == Action.GANG_BRIEFED:
        told = {row["gang"] for row in look.shown if "gang" in row}
        return visible(scope).filter(pk__in=told).count() == len(told)
    searched = look.action == Action.INTELLIGENCE_SEARCHED
    return not searched or scope.may(Permission.INTELLIGENCE_SEARCH)
