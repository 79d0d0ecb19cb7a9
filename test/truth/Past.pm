# Histories of tables, with a model of their rows outside the database; see past.pl.
package Past;
use strict;
use warnings;
use IPC::Open2;
use JSON::PP;
use Past::Values;
use Past::Tables;
use Past::Rows;
use Past::Trash;
use Past::Log;
use Past::Copies;
use Past::Flags;
use Past::Retention;
use Past::Fired;
use Past::Unlogged;

our $is_error = qr/^(?:ERROR|FATAL|PANIC): |error near line \d+:|^Error: /;
my $json = JSON::PP->new->canonical->allow_nonref->utf8;

sub new
{
	my ($class, $engine, $file, $database) = @_;
	my $self = bless { engine => $engine, database => $database, in_transaction => 0, sqlite => $engine eq 'sqlite', seen => {}, tick => 0,
		model => { number => 0, tables => [], batches => [], moments => [], holds => [], policies => [], marks => {}, entries => [], last => undef } }, $class;
	my @command = $self->{sqlite} ? ('stdbuf', '-oL', 'sqlite3', '-batch', '-init', '/dev/null', '-list', $database)
		: ('stdbuf', '-oL', 'psql', '-qAtX', '-d', 'past');
	if ($self->{sqlite}) { unlink $database }
	else
	{
		system('psql', qw(-qX -d postgres -c), 'set client_min_messages = warning', '-c', 'drop database if exists past',
			'-c', 'create database past') == 0 or die "cannot make a database\n";
	}
	open $self->{log}, '>', $file or die "$file: $!\n";
	$self->{pid} = open2($self->{out}, $self->{in}, join(' ', map { quotemeta } @command) . ' 2>&1');
	$self->ask($self->{sqlite} ? ".load " . ($ENV{DBCARE_SQLITE} // './sqlite_ext/dbcare') . "\npragma synchronous = off;\npragma foreign_keys = on;"
		: "set client_min_messages = error;\nset timezone = 'UTC';\n\\set VERBOSITY default\ncreate extension dbcare;");
	return $self;
}

sub end
{
	my ($self) = @_;
	close $self->{in};
	waitpid $self->{pid}, 0;
	close $self->{log};
}

sub decode { my ($self, $text) = @_; return eval { $json->decode($text) } // die "no JSON: $text\n"; }

# Runs SQL; returns the lines that it prints.
sub ask
{
	my ($self, $sql) = @_;
	my @lines;
	my $mark = 'end ' . ++$self->{tick};

	print { $self->{log} } "$sql\n";
	print { $self->{in} } "$sql\n", $self->{sqlite} ? ".print '$mark'\n" : "\\echo '$mark'\n";
	$self->{in}->flush;
	while (defined(my $line = readline $self->{out}))
	{
		chomp $line;
		return @lines if $line eq $mark;
		push @lines, $line;
	}
	die "the engine has ended: @lines\n";
}

# The same for statements that must not fail.
sub do
{
	my ($self, $sql) = @_;
	my @lines = $self->ask($sql);
	die "$sql: @lines\n" if grep { /$is_error/ } @lines;
	return @lines;
}

# Fails unless both are the same.
sub compare
{
	my ($self, $what, $is, $expected) = @_;
	my ($left, $right) = map { $json->encode($_) } $is, $expected;
	die "$what: is $left, expected $right\n" if $left ne $right;
}

# The rows of all tables must be those of the model.
sub compare_all
{
	my ($self, $what) = @_;
	for my $table ($self->tables)
	{
		my @columns = @{ $table->{columns} };
		my @is = sort $self->do('select ' . join(" || ' ' || ", map { $self->exact(name($_->{name})) } @columns) . ' from ' . name($table->{name}) . ';');
		my @expected = sort map { my $row = $_; join ' ', map { $row->{ $_->{n} } } @columns } values %{ $table->{rows} };
		$self->compare("$what: table $table->{name}", \@is, \@expected);
		$self->compare_marks($what, $table) if $table->{has_marks};
		next if !$table->{index};
		my @wrong = $self->ask("insert into $table->{index} ($table->{index}, rank) values ('integrity-check', 1);");
		die "$what: the words of table $table->{name}: @wrong\n" if @wrong;
	}
	$self->compare_deleted($what);
	$self->compare_holds($what);
}

# What histories have more of than others: of three, one has holds and what could delete held
# rows, and one rows that come back after their table, or others, have changed.
my @themes = ([], [ ('hold') x 8, ('change_key') x 5, ('purge') x 3, ('purge_by_policy') x 3, ('retain') x 5, ('undo') x 4, ('erase') x 2 ],
	[ ('remove') x 6, ('add_column') x 3, ('vacuum') x 2, ('restore') x 8, ('undo_later') x 4, ('restore_in_the_way') x 2, ('rename_column') x 2 ]);

sub run
{
	my ($self, $steps, $number) = @_;
	my @steps = (('insert') x 9, ('update') x 5, 'change_key', ('remove') x 4, ('rename_column') x 2, 'exchange_columns', ('add_column') x 2,
		'drop_column', 'alter_type', 'vacuum', 'rebuild', 'rename_table', 'exchange_tables', 'enable', ('restore') x 4, ('undo') x 4, ('undo_later') x 2, ('read_past') x 2,
		'restore_in_the_way', ('remove_flagged') x 2, ('hold') x 2, 'release', 'purge', 'purge_by_policy', ('retain') x 2, 'change_mode', ('mark') x 2, 'unmark', 'purge_marked', 'copy', 'erase', ('transaction') x 4, ('history') x 2, ('undo_unlogged') x 2, @{ $themes[$number % @themes] });

	$self->learn_values;
	$self->make_tally;
	$self->create for 1 .. 3;
	for (1 .. $steps)
	{
		my $step = pick(@steps);
		print { $self->{log} } "-- step $_: $step\n";
		$self->$step(pick($self->tables));
		$self->compare_all("step $_, $step");
	}
}

1;
