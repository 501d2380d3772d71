/* Named stop points for the crash tests. In the program that people run they
 * are nothing; in the test build (-DPOSTERN_STOP_POINTS) the process kills
 * itself with SIGKILL at the point named by POSTERN_STOP ("name" or "name:N" for
 * the Nth pass in this process). With POSTERN_STOP_ONCE=FILE only a process that can
 * remove that file does so: a restarted role, which has the same environment, goes on. */
#pragma once

#ifdef POSTERN_STOP_POINTS
void stop_point(const char *name);
#else
#define stop_point(name) ((void)0)
#endif
