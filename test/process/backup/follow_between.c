/*
 * follow_between.c
 *	  Runs a command before a thread is made, one before its work and one after it, one
 *	  before the first changes are stored with a full backup, and one after a file was
 *	  put on disk; preloaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether this is such a thread, whose own threads run none. */
static __thread int inside;

typedef struct work
{
	void *(*routine)(void *);
	void *arg;
} work;

static void
run_command(const char *name)
{
	const char *command = getenv(name);

	if (command && system(command) != 0)
		abort();
}

static void *
run(void *arg)
{
	work w = *(work *) arg;
	void *result;

	free(arg);
	inside = 1;
	run_command("IN_THREAD");
	result = w.routine(w.arg);
	run_command("AFTER_THREAD");
	return result;
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
			   void *(*routine)(void *), void *arg)
{
	int (*real)(pthread_t *, const pthread_attr_t *, void *(*) (void *),
				void *) =
		(int (*)(pthread_t *, const pthread_attr_t *, void *(*) (void *),
				 void *)) dlsym(RTLD_NEXT, "pthread_create");
	work *w;

	if (inside)
		return real(thread, attributes, routine, arg);
	w = malloc(sizeof(*w));
	*w = (work){routine, arg};
	run_command("BEFORE_THREAD");
	return real(thread, attributes, run, w);
}

static int
sync_file(const char *name, int file)
{
	int (*real)(int) = (int (*)(int)) dlsym(RTLD_NEXT, name);
	int result = real(file);

	run_command("AFTER_SYNC");
	return result;
}

int
fsync(int file)
{
	return sync_file("fsync", file);
}

int
fdatasync(int file)
{
	return sync_file("fdatasync", file);
}

int
mkdirat(int directory, const char *name, mode_t mode)
{
	int (*real)(int, const char *, mode_t) =
		(int (*)(int, const char *, mode_t)) dlsym(RTLD_NEXT, "mkdirat");

	if (strcmp(name, "changes") == 0)
		run_command("BEFORE_CHANGES");
	return real(directory, name, mode);
}
