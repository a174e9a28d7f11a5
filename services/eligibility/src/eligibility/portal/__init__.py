"""Room `portal`: the e-one-stop and national portal, in and out."""
