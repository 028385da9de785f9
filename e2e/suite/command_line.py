"""The program itself, on the cluster."""
import kube
from installation import BINARY


def stagegate(*arguments: str, code: int = 0) -> str:
    """What it prints; on standard error where it is to fail."""
    exit_code, output, errors = kube.inside(str(BINARY), *arguments)
    if exit_code != code:
        raise AssertionError(f"stagegate {' '.join(arguments)}: exit {exit_code}\n{output}{errors}")
    return errors if code else output
