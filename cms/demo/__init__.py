"""Demo content and the page around it; see docs/demo.md."""

# Accounts under this domain belong to the demo; other installations refuse them (cms.backends).
MAIL_DOMAIN = "demo.invalid"
