"""Help inside the product: pages in Chinese, one file of Markdown each in ``content/``, pictures in ``static/cms/help/``."""
