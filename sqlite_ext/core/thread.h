/*
 * thread.h
 *	  Threads of the library, and forks of the process.
 *
 * SQLite's mutexes must be free in a child process.  So a fork waits until no
 * thread that works in the background uses SQLite, and such a thread rests at
 * many places while a fork waits.
 */
#ifndef DBCSL_CORE_THREAD_H
#define DBCSL_CORE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Starts a thread with all signals blocked, so that the application handles
 * its signals; false if the system allows no more. */
extern bool dbcsl_start_thread(pthread_t *thread, void *(*run)(void *),
							   void *arg);

/* Prevents unloading of the library, which threads and handlers need, and has
 * fn() called at the exit of the process. */
extern void dbcsl_stay_loaded(void (*fn)(void));

/* The thread of the caller begins to work in the background, and ends that. */
extern void dbcsl_work_begin(void);
extern void dbcsl_work_end(void);

/* Ends the work of the caller's thread while it waits for something else, and
 * begins it again; do nothing in other threads. */
extern bool dbcsl_work_leave(void);
extern void dbcsl_work_return(bool left);

/* Lets forks go on that wait; no mutex of SQLite may be held but that of a
 * connection of this thread. */
extern void dbcsl_work_rest(void);

#endif /* DBCSL_CORE_THREAD_H */
