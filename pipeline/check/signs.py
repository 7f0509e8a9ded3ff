"""Savings above zero and costs below it, as their return enters amounts."""


def sign_details(is_cost: bool, savings_positive: object, costs_positive: object) -> dict[str, str]:
    """The words of an issue of the rule ``sign``."""
    if not savings_positive:
        convention = "costs above zero and savings below it"
    elif costs_positive:
        convention = "costs and savings both above zero"
    else:
        convention = "savings above zero and costs below it"
    kind = "A cost that takes money off" if is_cost else "A saving or income that adds cost"
    return {"kind": kind, "convention": f"this return enters {convention}"}
