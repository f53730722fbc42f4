"""nbgrader's settings for every server of the hub; the course folder has its own on top. The installer fills in the two values."""

c = get_config()

c.CourseDirectory.course_id = "@COURSE@"
c.Exchange.root = "@EXCHANGE@"
