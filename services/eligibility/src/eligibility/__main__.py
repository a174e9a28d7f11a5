"""`python -m eligibility api|worker|run|migrate|openapi|invariants`."""

from eligibility.main import run

if __name__ == "__main__":
    run()
