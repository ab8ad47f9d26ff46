"""Response: who answers surveys, who would recommend, and the NPS of customers who do not answer.

In: invitations, answers and features. Out: promoter probabilities, and estimates for the whole base.
"""
