"""nbgrader's settings in every pod; the course folder has its own on top. The exchange is ngshare (ngshare.yaml)."""

import os

import ngshare_exchange

c = get_config()

c.CourseDirectory.course_id = "deep-learning"

# Straight to the service and not through the hub's proxy, which has no route to it: nobody opens ngshare in a browser.
ngshare_exchange.configureExchange(c, os.environ.get("COURSE_NGSHARE", "http://ngshare:8080/services/ngshare"))
