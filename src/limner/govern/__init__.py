"""Who may do what: sign-in, roles, consent, suppression, audit and masking."""
