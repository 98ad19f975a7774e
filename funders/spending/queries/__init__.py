from funders.spending.queries import invariants as invariants  # its rules are known as soon as anything of the slice is read
