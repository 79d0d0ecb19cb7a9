/*
 * progress.c
 *	  A bar that shows how far a long call is.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/progress.h"
#include "cli/terminal.h"

#define FIRST_MS	 500
#define EVERY_MS	 200
#define BAR_COLUMNS	 20
#define LINE_COLUMNS 79

static struct
{
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t ended;
	bool runs;
	bool end;
	cli_database *db;
} watcher = {.mutex = PTHREAD_MUTEX_INITIALIZER,
			 .ended = PTHREAD_COND_INITIALIZER};

/* The seconds left, as 1:05 or 2:03:10. */
static void
add_duration(cli_text *out, double seconds)
{
	long long left = (long long) (seconds + 0.5);

	if (left >= 3600)
		cli_addf(out, "%lld:%02lld:%02lld", left / 3600, left / 60 % 60,
				 left % 60);
	else
		cli_addf(out, "%lld:%02lld", left / 60, left % 60);
}

void
cli_add_bar(cli_text *out, const cli_phase *phase, double seconds, int width)
{
	double part =
		phase->total > 0 ? (double) phase->done / (double) phase->total : 0;
	cli_text line = {0};

	if (part > 1)
		part = 1;
	cli_add(&line, phase->phase);
	if (phase->total > 0)
	{
		cli_add(&line, " [");
		for (int i = 0; i < BAR_COLUMNS; i++)
			cli_add(&line, i < part * BAR_COLUMNS ? "#" : " ");
		cli_addf(&line, "] %3.0f %%", part * 100);
	}
	if (phase->done > 0 && seconds > 0)
		cli_addf(&line, "  %.3g/s", (double) phase->done / seconds);
	if (part > 0 && part < 1)
	{
		cli_add(&line, "  ");
		add_duration(&line, seconds / part - seconds);
		cli_add(&line, " left");
	}
	cli_add_shown(out, line.data, width, false);
	cli_text_free(&line);
}

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
draw(cli_database *db, char **last, double *began)
{
	cli_phase phase = {0};
	cli_text line = {0};

	db->driver->progress(db, &phase);
	if (phase.phase)
	{
		/* rates are those of the phase */
		if (!*last || strcmp(*last, phase.phase) != 0)
		{
			free(*last);
			*last = cli_copy(phase.phase);
			*began = now();
		}
		cli_add(&line, "\r");
		cli_add_bar(&line, &phase, now() - *began, LINE_COLUMNS);
		cli_add(&line, "\033[K");
		fputs(line.data, stderr);
		free(phase.phase);
	}
	cli_text_free(&line);
}

static void *
watch(void *argument)
{
	struct timespec until;
	char *last = NULL;
	double began = 0;
	int wait_ms = FIRST_MS;

	(void) argument;
	clock_gettime(CLOCK_REALTIME, &until);
	pthread_mutex_lock(&watcher.mutex);
	while (!watcher.end)
	{
		until.tv_nsec += wait_ms * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		wait_ms = EVERY_MS;
		if (pthread_cond_timedwait(&watcher.ended, &watcher.mutex, &until) == 0)
			continue;
		pthread_mutex_unlock(&watcher.mutex);
		draw(watcher.db, &last, &began);
		clock_gettime(CLOCK_REALTIME, &until);
		pthread_mutex_lock(&watcher.mutex);
	}
	pthread_mutex_unlock(&watcher.mutex);
	if (last)
		fputs("\r\033[K", stderr);
	free(last);
	return NULL;
}

void
cli_progress_begin(cli_database *db)
{
	sigset_t all;
	sigset_t before;

	if (db->quiet || !cli_errors_are_seen())
		return;
	watcher.db = db;
	watcher.end = false;
	/* signals are the main thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	watcher.runs = pthread_create(&watcher.thread, NULL, watch, NULL) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void
cli_progress_end(void)
{
	if (!watcher.runs)
		return;
	pthread_mutex_lock(&watcher.mutex);
	watcher.end = true;
	pthread_cond_signal(&watcher.ended);
	pthread_mutex_unlock(&watcher.mutex);
	pthread_join(watcher.thread, NULL);
	watcher.runs = false;
}
