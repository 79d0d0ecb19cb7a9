/*
 * thread.c
 *	  Threads of the library, and forks of the process; see thread.h.
 */
#define _GNU_SOURCE /* dladdr */

#include "sqlite_ext/core/thread.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <openssl/sha.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int working;
static atomic_bool forks; /* one waits */
static _Thread_local bool works;

/* ---- threads ---- */

bool
dbcsl_start_thread(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all;
	sigset_t before;
	int code;

	(void) sigfillset(&all);
	(void) pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(thread, NULL, run, arg);
	(void) pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code == 0;
}

void
dbcsl_stay_loaded(void (*fn)(void))
{
	unsigned char unused[SHA256_DIGEST_LENGTH];
	Dl_info self;

	if (dladdr((void *) &once, &self) && self.dli_fname)
		dlopen(self.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE);
	/* OpenSSL registers its handler, which takes away what threads hash with, when
	 * it is first used: handlers are called in the reverse order */
	(void) SHA256((const unsigned char *) "", 0, unused);
	atexit(fn);
}

/* ---- forks ---- */

static void
before_fork(void)
{
	pthread_mutex_lock(&mutex);
	atomic_store(&forks, true);
	while (working > 0)
		pthread_cond_wait(&changed, &mutex);
}

/* The threads that wait are not in the child, and their places in the condition
 * would be waited for. */
static void
in_child(void)
{
	changed = (pthread_cond_t) PTHREAD_COND_INITIALIZER;
	atomic_store(&forks, false);
	working = 0;
	pthread_mutex_unlock(&mutex);
}

static void
in_parent(void)
{
	atomic_store(&forks, false);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

static void
register_handlers(void)
{
	pthread_atfork(before_fork, in_parent, in_child);
}

void
dbcsl_work_begin(void)
{
	pthread_once(&once, register_handlers);
	pthread_mutex_lock(&mutex);
	while (atomic_load(&forks))
		pthread_cond_wait(&changed, &mutex);
	working++;
	works = true;
	pthread_mutex_unlock(&mutex);
}

void
dbcsl_work_end(void)
{
	pthread_mutex_lock(&mutex);
	working--;
	works = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&mutex);
}

bool
dbcsl_work_leave(void)
{
	bool leaves = works;

	if (leaves)
		dbcsl_work_end();
	return leaves;
}

void
dbcsl_work_return(bool left)
{
	if (left)
		dbcsl_work_begin();
}

void
dbcsl_work_rest(void)
{
	if (works && atomic_load(&forks))
		dbcsl_work_return(dbcsl_work_leave());
}
