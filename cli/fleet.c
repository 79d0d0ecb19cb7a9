/*
 * fleet.c
 *	  The verb run: looks after the databases of dbcare.toml.
 *
 * This process decides what is due and tells what has become of it; the work is that of
 * a pool of processes.  A database that does not answer is tried again after pauses that
 * double, and never by more than half of the processes, as others of its server: the
 * other half stays free for those that answer.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/fleet.h"
#include "cli/fleet_lock.h"
#include "cli/fleet_state.h"
#include "cli/look.h"
#include "cli/notify.h"
#include "cli/terminal.h"

/* Processes that take samples, and those that make backups and the like. */
#define MOST_SAMPLERS 8
#define MOST_WORKERS  2

/* How long a sample may take. */
#define SAMPLE_SECONDS 60

/* The first pause before a database is tried again. */
#define FIRST_PAUSE 1.0

/* How long a database that is due waits for the process that has its connection, and
 * the time between two looks at those that wait. */
#define WAIT_SECONDS 5.0
#define LOOK_SECONDS 0.5

typedef struct fleet
{
	cli_invocation *invocation;
	cli_look look;
	cli_pool *pool;
	int samplers; /* of the processes of the pool, the first ones */
	cli_state *states;
	double watchdog; /* seconds between two messages to it, or 0 */
	double next_message;
} fleet;

volatile sig_atomic_t cli_fleet_ended;
volatile sig_atomic_t cli_fleet_changed;

static void
handle(int signal)
{
	if (signal == SIGHUP)
		cli_fleet_changed = 1;
	else
		cli_fleet_ended = 1;
}

void
cli_fleet_signals(sigset_t *mask)
{
	static const int handled[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};
	struct sigaction action = {.sa_handler = handle};
	sigset_t blocked;

	sigemptyset(&action.sa_mask);
	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
	{
		sigaction(handled[i], &action, NULL);
		sigaddset(&blocked, handled[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, mask);
}

/* ---- the file ---- */

const char *
cli_config_path(const cli_invocation *invocation)
{
	const char *path = cli_given(invocation, "--config");

	return path ? path : CLI_CONFIG;
}

int
cli_pool_size(const cli_config *config, int most)
{
	int size = config->count < most ? config->count : most;

	return config->connections < size ? config->connections : size;
}

/* The number of the database that was this one in the file before, or -1. */
static int
find_again(const cli_config *config, const cli_listed *old)
{
	for (int i = 0; i < config->count; i++)
		if (strcmp(config->databases[i].name, old->name) == 0 &&
			strcmp(config->databases[i].target.text, old->target.text) == 0)
			return i;
	return -1;
}

/* Takes a file that was read; what is known of databases that stay is kept.  New ones
 * are due at once, and from then on at different times. */
static void
take_config(fleet *f, const cli_config *config, int lock)
{
	cli_config old = f->look.config;
	cli_state *states = cli_alloc((size_t) config->count, sizeof(*states));
	int *number = cli_alloc((size_t) old.count + 1, sizeof(*number));
	double now = cli_seconds();

	for (int i = 0; i < config->count; i++)
		states[i] = cli_new_state(now, config->interval_seconds *
										   (1 + (double) i / config->count));
	for (int i = 0; i < old.count; i++)
	{
		number[i] = find_again(config, &old.databases[i]);
		if (number[i] < 0)
			cli_free_state(&f->states[i]);
		else
			states[number[i]] = f->states[i];
	}
	for (int i = 0; i < MOST_SAMPLERS + MOST_WORKERS; i++)
	{
		cli_task *task = cli_pool_task(f->pool, i);

		if (task && task->database >= 0)
			task->database = number[task->database];
	}
	f->look.config = *config;
	f->look.lock = lock;
	f->samplers = cli_pool_size(config, MOST_SAMPLERS);
	f->look.connections = config->connections / f->samplers;
	free(f->states);
	f->states = states;
	free(number);
	cli_free_config(&old);
	/* those that begin from now on know the new file */
	cli_pool_retire(f->pool);
}

/* Reads the file, which another process must not look after; prints why it cannot be
 * used. */
static bool
read_file(void *arg)
{
	fleet *f = arg;
	const char *path = cli_config_path(f->invocation);
	cli_config config;
	int lock = f->look.lock;

	if (!cli_read_config(path, &config))
		return false;
	if (!cli_lock_config(path, &lock))
	{
		cli_free_config(&config);
		return false;
	}
	take_config(f, &config, lock);
	return true;
}

void
cli_read_again(const char *path, bool (*read)(void *arg), void *arg)
{
	cli_text state = {0};

	cli_fleet_changed = 0;
	cli_addf(&state, "RELOADING=1\nMONOTONIC_USEC=%.0f", cli_seconds() * 1e6);
	cli_notify(state.data);
	cli_text_free(&state);
	if (read(arg))
		cli_note("%s was read again", path);
	else
		cli_note("The file as it was read before stays in use.");
	cli_notify("READY=1");
}

/* ---- tasks ---- */

/* A process for a database that is due: the one that has its connection, or after a
 * while any; -1: none. */
static int
find_sampler(const fleet *f, int number, double now)
{
	int home = number % f->samplers;
	bool any =
		f->look.config.databases[number].target.engine == DBC_ON_SQLITE ||
		now - f->states[number].due > WAIT_SECONDS;

	if (!cli_pool_task(f->pool, home))
		return home;
	for (int i = 0; any && i < f->samplers; i++)
		if (!cli_pool_task(f->pool, i))
			return i;
	return -1;
}

/* Marks the servers, by their first databases, whose databases are tried by half of the
 * processes only: one has failed, or does not answer now. */
static void
find_doubted(const fleet *f, double now, bool *doubted)
{
	for (int i = 0; i < f->look.config.count; i++)
	{
		const cli_state *state = &f->states[i];

		if (state->failures > 0 ||
			(state->sampling && now - state->begun > WAIT_SECONDS))
			doubted[f->look.config.databases[i].first] = true;
	}
}

/* Whether so many processes try databases of such servers. */
static bool
is_half_taken(const fleet *f, const bool *doubted)
{
	int taken = 0;

	for (int i = 0; i < f->samplers; i++)
	{
		const cli_task *task = cli_pool_task(f->pool, i);

		taken += task && task->database >= 0 &&
				 doubted[f->look.config.databases[task->database].first];
	}
	return taken > 0 && taken >= f->samplers / 2;
}

/* Gives processes what is due; returns the seconds until more is. */
static double
give_tasks(fleet *f)
{
	double now = cli_seconds();
	double pause = 3600;
	bool *doubted = cli_alloc((size_t) f->look.config.count, sizeof(*doubted));

	find_doubted(f, now, doubted);
	for (int i = 0; i < f->look.config.count; i++)
	{
		cli_state *state = &f->states[i];
		cli_task task = {i, CLI_LOOK_SAMPLE, state->after};
		int worker;

		if (state->sampling)
			continue;
		if (state->due > now)
		{
			pause = fmin(pause, state->due - now);
			continue;
		}
		worker = doubted[f->look.config.databases[i].first] &&
						 is_half_taken(f, doubted)
					 ? -1
					 : find_sampler(f, i, now);
		if (worker < 0)
		{
			pause = fmin(pause, LOOK_SECONDS);
			continue;
		}
		cli_pool_give(f->pool, worker, &task, SAMPLE_SECONDS);
		state->sampling = true;
		state->begun = now;
	}
	free(doubted);
	for (int i = 0; i < f->look.config.count; i++)
	{
		cli_state *state = &f->states[i];
		cli_task task = {i, CLI_LOOK_DUE, state->after};

		for (int k = MOST_SAMPLERS; state->work_due && !state->working &&
									k < MOST_SAMPLERS + MOST_WORKERS;
			 k++)
			if (!cli_pool_task(f->pool, k))
			{
				/* a backup may take any time */
				cli_pool_give(f->pool, k, &task, 0);
				state->working = true;
				state->work_due = false;
			}
	}
	return pause;
}

/* ---- answers ---- */

/* When a database is due again. */
static void
set_due(const fleet *f, cli_state *state, double interval)
{
	double now = cli_seconds();

	if (state->failures > 0)
		state->due =
			now + fmin(FIRST_PAUSE * ldexp(1, fmin(state->failures - 1, 20)),
					   f->look.config.interval_seconds);
	else
	{
		/* by whole intervals, so that databases stay apart */
		if (state->next <= now)
			state->next +=
				interval * (1 + floor((now - state->next) / interval));
		state->due = fmin(state->next, now + interval);
		state->next = state->due;
	}
}

static void
take_answer(fleet *f, cli_answer *answer)
{
	int number = answer->task.database;
	bool works = answer->task.kind == CLI_LOOK_DUE;
	double interval = f->look.config.interval_seconds;
	cli_state *state;

	if (number < 0)
		return;
	state = &f->states[number];
	if (works)
		state->working = false;
	else
		state->sampling = false;
	cli_take_look(state, f->invocation, f->look.config.databases[number].name,
				  answer, &interval);
	if (!works)
		set_due(f, state, interval);
}

/* Looks after the databases until a signal ends that. */
static void
serve(fleet *f, const sigset_t *mask)
{
	while (!cli_fleet_ended)
	{
		double pause = give_tasks(f);
		cli_answer answer;

		if (f->watchdog > 0 && cli_seconds() >= f->next_message)
		{
			cli_notify("WATCHDOG=1");
			f->next_message = cli_seconds() + f->watchdog;
		}
		if (f->watchdog > 0)
			pause = fmin(pause, f->next_message - cli_seconds());
		if (cli_pool_wait(f->pool, pause, mask, &answer))
		{
			take_answer(f, &answer);
			cli_free_answer(&answer);
		}
		if (cli_fleet_changed && !cli_fleet_ended)
			cli_read_again(f->look.config.path, read_file, f);
	}
}

int
cli_run_fleet(cli_invocation *invocation)
{
	fleet f = {.invocation = invocation, .look = {.lock = -1}};
	sigset_t mask;

	if (invocation->database)
	{
		cli_complain("run takes its databases from a file, not from --db", NULL,
					 "See dbcare help run.");
		return CLI_ERROR;
	}
	f.pool =
		cli_new_pool(MOST_SAMPLERS + MOST_WORKERS, &cli_look_work, &f.look);
	cli_fleet_signals(&mask);
	if (!read_file(&f))
		return CLI_ERROR;
	f.watchdog = cli_watchdog_seconds() / 2;
	if (!invocation->quiet)
	{
		cli_text count = {0};

		cli_add_count(&count, f.look.config.count, "database");
		cli_note("Looking after %s until this command is interrupted.",
				 count.data);
		cli_text_free(&count);
	}
	cli_notify("READY=1");
	serve(&f, &mask);
	cli_notify("STOPPING=1");
	cli_free_pool(f.pool);
	return CLI_SOUND;
}
