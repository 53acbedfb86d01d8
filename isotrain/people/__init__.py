"""People in the organization: units, sites, job roles and who works where, over time."""
