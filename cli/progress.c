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

#define FIRST_MS	500
#define EVERY_MS	200
#define BAR_COLUMNS 20
/* What is around the bar, and the least of it that is worth showing. */
#define BAR_FRAME 9 /* " [" "] 100 %" */
#define BAR_LEAST 4

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

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* The phase that is shown, and how far it was when it was first seen: rates are
 * those from then on. */
typedef struct pace
{
	char *phase;
	long long done;
	double began;
} pace;

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

/* Adds the line of a bar: phase, part, rate and time left. */
static void
add_bar(cli_text *out, const cli_phase *phase, const pace *pace, int width)
{
	long long more = phase->done - pace->done;
	double seconds = now() - pace->began;
	double part =
		phase->total > 0 ? (double) phase->done / (double) phase->total : 0;
	int columns = width - cli_text_width(phase->phase) - BAR_FRAME;
	cli_text line = {0};

	if (part > 1)
		part = 1;
	columns = columns < BAR_COLUMNS ? columns : BAR_COLUMNS;
	cli_add(&line, phase->phase);
	if (phase->total > 0 && columns >= BAR_LEAST)
	{
		cli_add(&line, " [");
		for (int i = 0; i < columns; i++)
			cli_add(&line, i < part * columns ? "#" : " ");
		cli_add(&line, "]");
	}
	if (phase->total > 0)
		cli_addf(&line, " %3.0f %%", part * 100);
	if (more > 0 && seconds > 0)
	{
		double rate = (double) more / seconds;

		cli_addf(&line, "  %.3g/s", rate);
		if (part > 0 && part < 1)
		{
			cli_add(&line, "  ");
			add_duration(&line, (double) (phase->total - phase->done) / rate);
			cli_add(&line, " left");
		}
	}
	cli_add_shown(out, line.data, width, false);
	cli_text_free(&line);
}

static void
draw(cli_database *db, pace *pace)
{
	cli_phase phase = {0};
	cli_text line = {0};

	db->driver->progress(db, &phase);
	if (phase.phase)
	{
		if (!pace->phase || strcmp(pace->phase, phase.phase) != 0)
		{
			free(pace->phase);
			pace->phase = cli_copy(phase.phase);
			pace->done = phase.done;
			pace->began = now();
		}
		cli_add(&line, "\r");
		/* the last column would wrap on some terminals */
		add_bar(&line, &phase, pace, cli_error_width() - 1);
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
	pace pace = {0};
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
		draw(watcher.db, &pace);
		clock_gettime(CLOCK_REALTIME, &until);
		pthread_mutex_lock(&watcher.mutex);
	}
	pthread_mutex_unlock(&watcher.mutex);
	if (pace.phase)
		fputs("\r\033[K", stderr);
	free(pace.phase);
	return NULL;
}

void
cli_progress_begin(cli_database *db)
{
	sigset_t all;
	sigset_t before;

	if (db->quiet || cli_error_width() == 0)
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
