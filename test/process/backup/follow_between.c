/*
 * follow_between.c
 *	  Runs a command before a thread begins and one after its work; preloaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

typedef struct work
{
	void *(*routine)(void *);
	void *arg;
} work;

static void
run_command(const char *name)
{
	if (system(getenv(name)) != 0)
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
