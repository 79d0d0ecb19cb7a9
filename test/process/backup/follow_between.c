/*
 * follow_between.c
 *	  Runs a command before a thread begins, one after its work, and one before the
 *	  first changes are stored with a full backup; preloaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	work *w = malloc(sizeof(*w));

	*w = (work){routine, arg};
	run_command("BEFORE_THREAD");
	return real(thread, attributes, run, w);
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
