"""Where the course lives; `make repository REPO=owner/name` sets it everywhere."""

REPOSITORY_URL = "https://github.com/OWNER/REPO"
