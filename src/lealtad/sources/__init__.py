"""Where rows come from: files, databases, the simulated company, public datasets."""
