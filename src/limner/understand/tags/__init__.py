"""Tags: figures and facts about each customer, defined once and readable."""
