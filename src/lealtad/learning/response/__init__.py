"""Response: which customers answer surveys, which would recommend, and the NPS of those who do not answer.

In: invitations, answers and features. Out: promoter probabilities, and estimates for the whole base.
"""
