"""Pages for people, made of answers: values in, HTML out. Who may see them, and what is asked, is in `http.pages`."""
