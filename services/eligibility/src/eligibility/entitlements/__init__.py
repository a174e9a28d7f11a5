"""Room `entitlements`: what each person is owed from when, and why it changed."""
