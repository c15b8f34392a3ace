"""Demo content: fictitious people of 示例医院, original articles, drawings made by our own code."""
