"""From a blueprint to a form, and from answers to a result, so that anybody can derive both."""
