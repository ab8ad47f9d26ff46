"""Who answers surveys, who would recommend, and what that says of customers who do not answer."""
