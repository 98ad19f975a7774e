from funders.year_end.queries import invariants as invariants  # its rules are known as soon as anything of the slice is read
