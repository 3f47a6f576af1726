"""From the National Grid to WGS 84 degrees, to within 5 m.

Ordnance Survey, "A guide to coordinate systems in Great Britain" (2020): annexe C takes eastings
and northings to latitude and longitude on Airy's ellipsoid; the transformation with seven
parameters (section 6.6) from there to WGS 84. OSTN15, exact to centimetres, is a grid of 100 MB.
"""

import math

_AIRY = 6_377_563.396, 6_356_256.909  # metres: semi-major and semi-minor axis
_WGS_84 = 6_378_137.0, 6_356_752.3142
_SCALE = 0.9996012717  # on the central meridian
_ORIGIN = math.radians(49), math.radians(-2), 400_000.0, -100_000.0
_SHIFT = 446.448, -125.157, 542.060  # metres
_GROWTH = -20.4894e-6
_TURN = tuple(math.radians(seconds / 3600) for seconds in (0.1502, 0.2470, 0.8421))


def degrees(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude (WGS 84) of metres on the National Grid."""
    return _on_wgs_84(*_on_airy(easting, northing))


def _on_airy(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude in radians on Airy's ellipsoid (annexe C, the guide's names)."""
    a, b = (axis * _SCALE for axis in _AIRY)
    squared = 1 - (b / a) ** 2
    phi = _foot(northing, a, b)
    sine, tangent, secant = math.sin(phi), math.tan(phi), 1 / math.cos(phi)
    nu = a / math.sqrt(1 - squared * sine**2)
    rho = nu * (1 - squared) / (1 - squared * sine**2)
    eta, t2, east = nu / rho - 1, tangent**2, (easting - _ORIGIN[2]) / nu
    north = tangent * nu / rho
    latitude = (
        phi
        - north / 2 * east**2
        + north / 24 * (5 + 3 * t2 + eta - 9 * t2 * eta) * east**4
        - north / 720 * (61 + 90 * t2 + 45 * t2**2) * east**6
    )
    longitude = _ORIGIN[1] + secant * (
        east
        - (nu / rho + 2 * t2) / 6 * east**3
        + (5 + 28 * t2 + 24 * t2**2) / 120 * east**5
        - (61 + 662 * t2 + 1320 * t2**2 + 720 * t2**3) / 5040 * east**7
    )
    return latitude, longitude


def _foot(northing: float, a: float, b: float) -> float:
    """The latitude at which the central meridian has this northing."""
    n = (a - b) / (a + b)
    phi = _ORIGIN[0]
    while True:
        by, to = phi - _ORIGIN[0], phi + _ORIGIN[0]
        arc = b * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * by
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(by) * math.cos(to)
            + 15 / 8 * (n**2 + n**3) * math.sin(2 * by) * math.cos(2 * to)
            - 35 / 24 * n**3 * math.sin(3 * by) * math.cos(3 * to)
        )
        gap = northing - _ORIGIN[3] - arc
        if abs(gap) < 1e-5:
            return phi
        phi += gap / a


def _on_wgs_84(latitude: float, longitude: float) -> tuple[float, float]:
    """Degrees on WGS 84 of radians on Airy's ellipsoid, both without height."""
    a, b = _AIRY
    squared = 1 - (b / a) ** 2
    nu = a / math.sqrt(1 - squared * math.sin(latitude) ** 2)
    x = nu * math.cos(latitude) * math.cos(longitude)
    y = nu * math.cos(latitude) * math.sin(longitude)
    z = nu * (1 - squared) * math.sin(latitude)
    grown, (turn_x, turn_y, turn_z) = 1 + _GROWTH, _TURN
    return _of_earth(
        _SHIFT[0] + x * grown - y * turn_z + z * turn_y,
        _SHIFT[1] + x * turn_z + y * grown - z * turn_x,
        _SHIFT[2] - x * turn_y + y * turn_x + z * grown,
    )


def _of_earth(x: float, y: float, z: float) -> tuple[float, float]:
    a, b = _WGS_84
    squared = 1 - (b / a) ** 2
    from_axis = math.hypot(x, y)
    latitude = math.atan2(z, from_axis * (1 - squared))
    for _ in range(4):  # each step gains three digits
        nu = a / math.sqrt(1 - squared * math.sin(latitude) ** 2)
        latitude = math.atan2(z + squared * nu * math.sin(latitude), from_axis)
    return math.degrees(latitude), math.degrees(math.atan2(y, x))
