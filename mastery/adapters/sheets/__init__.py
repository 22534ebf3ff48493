"""Sheets of paper and pages for a browser, made of answers: text in, text out; who asked writes them."""
