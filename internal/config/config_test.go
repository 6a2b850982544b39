package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// commandLine stands for a command that takes every setting.
type commandLine struct {
	File
	Config
	Listing bool `name:"listing" help:"A flag that is no setting."`
}

// TestMain puts the settings of whoever runs the tests out of sight.
func TestMain(m *testing.M) {
	os.Unsetenv("LATCHKEY_CONFIG")
	for _, s := range Settings() {
		os.Unsetenv(s.Env)
	}
	m.Run()
}

// parse gives what a command line with those flags would get.
func parse(t *testing.T, flags ...string) (commandLine, *kong.Context, error) {
	t.Helper()
	var line commandLine
	parser, err := kong.New(&line, Sources(), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse(flags)
	return line, ctx, err
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "latchkey.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func wantMessage(t *testing.T, err error, parts ...string) {
	t.Helper()
	var list *InvalidError
	if !errors.As(err, &list) {
		t.Fatalf("error %v, want an InvalidError", err)
	}
	if len(list.Messages) != 1 {
		t.Errorf("%d messages, want one: %q", len(list.Messages), list.Messages)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("message %q does not say %q", err, part)
		}
	}
}

func TestTheDefaultsAreThoseOfTheRules(t *testing.T) {
	want := Config{
		Store:         Store{Data: "./data"},
		Listen:        "127.0.0.1:8080",
		LogFormat:     "json",
		LogLevel:      "info",
		RequestLog:    true,
		Limits:        Limits{BodySize: MiB, HeaderTimeout: 5 * time.Second, BodyTimeout: 15 * time.Second, RequestTimeout: 30 * time.Second},
		Throttle:      Throttle{FreeTries: 5, FirstWait: 30 * time.Second, LongestWait: time.Hour, AddressFailures: 100},
		Impersonation: Impersonation{Enabled: true},
		LoginTokens:   LoginTokens{Life: 5 * time.Minute},
		Web:           Web{Idle: 30 * time.Minute, Total: 12 * time.Hour, Sessions: 100, FreshLogin: 15 * time.Minute},
		SMS: SMS{
			MostParts: 6, OptOutScope: "events", StopScope: "all", ProfileScopeUntil: "2027-01-31",
			Confirmation:  "You will get no more texts from us. Reply START to get them again.",
			ConfirmWithin: 5 * time.Minute, HelpEvery: 5 * time.Minute,
			HelpText: "{tenant}: for help ask whoever you have your contract with. {url} Reply STOP to get no more texts.",
			Shield:   "report", ShieldWindow: 2 * time.Minute, Validity: 4 * time.Hour, ReceiptWait: 72 * time.Hour,
			AnswerWait: time.Minute, StopWait: 10 * time.Second, Lease: 30 * time.Second,
			FirstPause: 30 * time.Second, LongestPause: 10 * time.Minute, GatewayPause: 5 * time.Second,
			DayZone: "America/Los_Angeles", MostRecipients: 1000,
		},
		Records: Records{MostRows: 10_000},
		Sessions: Sessions{
			Idle: 30 * time.Minute, Total: 30 * 24 * time.Hour, FreshKeyLife: 30 * time.Minute,
			Remember: 5 * time.Minute, Recheck: 5 * time.Second, Retention: 30 * 24 * time.Hour, InMemory: 200_000,
		},
	}
	if diff := cmp.Diff(want, Default()); diff != "" {
		t.Error(diff)
	}
	t.Run("and a server can run on them", func(t *testing.T) {
		if err := Default().Check(); err != nil {
			t.Error(err)
		}
	})
	t.Run("and do not look at the environment", func(t *testing.T) {
		t.Setenv("LATCHKEY_LISTEN", "0.0.0.0:1")
		if got := Default().Listen; got != want.Listen {
			t.Errorf("listen is %s", got)
		}
	})
}

func TestEveryNameOfASettingIsTheSameName(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Settings() {
		if flag := strings.NewReplacer(".", "-", "_", "-").Replace(s.Key); s.Flag != flag {
			t.Errorf("%s has the flag %s, want %s", s.Key, s.Flag, flag)
		}
		if env := "LATCHKEY_" + strings.ToUpper(strings.ReplaceAll(s.Key, ".", "_")); s.Env != env {
			t.Errorf("%s has the variable %s, want %s", s.Key, s.Env, env)
		}
		if s.Doc == "" || s.Group == "" || !strings.HasSuffix(s.Doc, ".") {
			t.Errorf("%s needs a group and a sentence that says what it does: %+v", s.Key, s)
		}
		if seen[s.Key] {
			t.Errorf("%s is there twice", s.Key)
		}
		seen[s.Key] = true
		if s.Default != "" && checkText(s.Kind, s.Default) != nil {
			t.Errorf("%s has the default %q, which is no %s", s.Key, s.Default, s.Kind)
		}
	}
}

func TestTheNearestSourceWins(t *testing.T) {
	file := writeFile(t, "listen = \"127.0.0.1:1\"\n[limits]\nbody_size = \"64KiB\"\n")
	origin := func(ctx *kong.Context, key string) Value {
		for _, value := range Effective(ctx) {
			if value.Key == key {
				return value
			}
		}
		return Value{}
	}
	steps := []struct {
		name  string
		env   string
		flags []string
		want  Value
	}{
		{"the default", "", nil, Value{"listen", "127.0.0.1:8080", "default"}},
		{"the file", "", []string{"--config", file}, Value{"listen", "127.0.0.1:1", file}},
		{"the environment", "127.0.0.1:2", []string{"--config", file}, Value{"listen", "127.0.0.1:2", "LATCHKEY_LISTEN"}},
		{"a flag", "127.0.0.1:2", []string{"--config", file, "--listen=127.0.0.1:3"}, Value{"listen", "127.0.0.1:3", "--listen"}},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			if step.env != "" {
				t.Setenv("LATCHKEY_LISTEN", step.env)
			}
			line, ctx, err := parse(t, step.flags...)
			if err != nil {
				t.Fatal(err)
			}
			if line.Listen != step.want.Text {
				t.Errorf("listen is %s, want %s", line.Listen, step.want.Text)
			}
			if diff := cmp.Diff(step.want, origin(ctx, "listen")); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("and the file may be named by the environment", func(t *testing.T) {
		t.Setenv("LATCHKEY_CONFIG", file)
		line, ctx, err := parse(t)
		if err != nil || line.Limits.BodySize != 64*KiB {
			t.Errorf("body size %v, error %v", line.Limits.BodySize, err)
		}
		if diff := cmp.Diff(Value{"limits.body_size", "64KiB", file}, origin(ctx, "limits.body_size")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTheFileTakesEveryKindOfValue(t *testing.T) {
	path := writeFile(t, `
plain_http = true
trusted_proxies = ["10.0.0.0/8", "192.0.2.7"]
hash_parallel = 3
request_log = false
[sessions]
idle = "1h30m"
[sqlite]
mmap_size = 4096
[revio]
w3c_status = true
extra_paths = ["/a,b.asmx", "/c.asmx"]
`)
	line, _, err := parse(t, "--config", path)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.PlainHTTP, want.RequestLog, want.HashParallel = true, false, 3
	want.TrustedProxies = []string{"10.0.0.0/8", "192.0.2.7"}
	want.Sessions.Idle = 90 * time.Minute
	want.SQLite.MmapSize = 4 * KiB
	want.Revio.W3CStatus = true
	want.Revio.ExtraPaths = []string{"/a,b.asmx", "/c.asmx"}
	if diff := cmp.Diff(want, line.Config); diff != "" {
		t.Error(diff)
	}
}

func TestTheFileIsRefused(t *testing.T) {
	tests := []struct{ name, content, at, says string }{
		{"for an unknown key", "\nlisten = \"x:1\"\nlisen = \"y\"\n", ":3: ", "unknown key lisen; the nearest known one is listen"},
		{"for an unknown key in a table", "[limits]\n\nbody_seize = 3\n", ":3: ", "unknown key limits.body_seize; the nearest known one is limits.body_size"},
		{"for a key outside its table", "body_size = \"1MiB\"\n", ":1: ", "nearest known one is limits.body_size"},
		{"once for an unknown table", "[limit]\nbody_size = \"1MiB\"\nidle = 1\n", ":1: ", "unknown key limit;"},
		{"for a value in place of a table", "limits = 5\n", ":1: ", "unknown key limits;"},
		{"for a table in place of a value", "[listen]\n", ":1: ", "write a text in quotes"},
		{"for a duration without a unit", "[sessions]\nidle = 30\n", ":2: ", `sessions.idle = 30: write a time with its unit in quotes`},
		{"for a duration that is none", "[sessions]\nidle = \"30 minutes\"\n", ":2: ", `sessions.idle = "30 minutes": write a time`},
		{"for a switch in quotes", "plain_http = \"true\"\n", ":1: ", "plain_http"},
		{"for a number in quotes", "hash_parallel = \"3\"\n", ":1: ", "without quotes"},
		{"for a size that is none", "[limits]\nbody_size = \"1 MB\"\n", ":2: ", "KiB"},
		{"for a list that is none", "trusted_proxies = \"10.0.0.0/8\"\n", ":1: ", "list of texts"},
		{"for a list of numbers", "trusted_proxies = [\n 1,\n 2]\n", ":3: ", "list of texts"},
		{"for text that is no TOML", "listen = \"a:1\"\nwhat is this\n", ":2: ", "expected"},
		{"for a key given twice", "listen = \"a:1\"\nlisten = \"a:2\"\n", ":2: ", "listen"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := writeFile(t, test.content)
			_, _, err := parse(t, "--config", path)
			wantMessage(t, err, path+test.at, test.says)
		})
	}
	t.Run("for not being there", func(t *testing.T) {
		_, _, err := parse(t, "--config", "/nowhere/latchkey.toml")
		wantMessage(t, err, "/nowhere/latchkey.toml")
	})
}

func TestWhatIsWrongInFileAndEnvironmentIsToldAtOnce(t *testing.T) {
	t.Setenv("LATCHKEY_HASH_PARALLEL", "many")
	t.Setenv("LATCHKEY_PLAIN_HTTP", "perhaps")
	path := writeFile(t, "lisen = 1\n[sessions]\nidle = 1\n")
	_, _, err := parse(t, "--config", path)
	var list *InvalidError
	if !errors.As(err, &list) || len(list.Messages) != 4 {
		t.Fatalf("error %v, want four messages", err)
	}
	for _, part := range []string{"lisen", "sessions.idle", `LATCHKEY_HASH_PARALLEL="many"`, "LATCHKEY_PLAIN_HTTP"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
}

func TestHelpIsShownWhateverTheFileSays(t *testing.T) {
	path := writeFile(t, "lisen = 1\n")
	var line commandLine
	helped := false
	parser := kong.Must(&line, Sources(), kong.Writers(&strings.Builder{}, &strings.Builder{}), kong.Exit(func(int) { helped = true; panic("exit") }))
	defer func() {
		if _ = recover(); !helped {
			t.Error("the file was read first")
		}
	}()
	_, _ = parser.Parse([]string{"--config", path, "--help"})
}

func TestMisspeltVariablesAreNamed(t *testing.T) {
	got := Misspelt([]string{
		"PATH=/bin", "LATCHKEY_URL=http://x", "LATCHKEY_CONFIG=f", "LATCHKEY_LISTEN=a:1", "LATCHKEY_LISEN=a:1", "LATCHKEY_BODY_SIZE=1",
	})
	if len(got) != 2 || !strings.Contains(got[0], "LATCHKEY_LISEN") || !strings.Contains(got[0], "LATCHKEY_LISTEN") ||
		!strings.Contains(got[1], "LATCHKEY_BODY_SIZE") {
		t.Errorf("messages %q", got)
	}
}

func TestPasswordsOfTheDatabaseAreHidden(t *testing.T) {
	tests := map[Location]string{
		"./data":                               "./data",
		"postgres://lk@db/latchkey":            "postgres://lk@db/latchkey",
		"postgres://lk:s3cret@db:5432/x?a=b":   "postgres://lk:[secret]@db:5432/x?a=b",
		"postgresql://db/x?password=s3cret":    "postgresql://db/x?password=[secret]",
		"postgres://db/x?sslpassword=s3cret":   "postgres://db/x?sslpassword=[secret]",
		"postgres://lk:s3cret@db:port here/%z": "postgres://[unreadable]",
		"mysql://lk:s3cret@db/x":               "mysql://lk:[secret]@db/x",
	}
	for location, want := range tests {
		if got := location.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	t.Run("in the listing", func(t *testing.T) {
		_, ctx, err := parse(t, "--data=postgres://lk:s3cret@db/x")
		if err != nil {
			t.Fatal(err)
		}
		want := Value{"data", "postgres://lk:[secret]@db/x", "--data"}
		if diff := cmp.Diff(want, Effective(ctx)[0]); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("in a complaint", func(t *testing.T) {
		err := Store{Data: "postgres://lk:s3cret@db/x"}.Check()
		wantMessage(t, err, "secret_key_file")
		err = Store{Data: "mysql://lk:s3cret@db/x"}.Check()
		wantMessage(t, err, "PostgreSQL")
		if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the password is in %q", err)
		}
	})
	t.Run("in any URL that a password can stand in", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			password := rapid.StringMatching(`[a-f0-9/%@:?#& ]{0,20}`).Draw(t, "begin") + "word"
			location := Location("postgres://user:" + password + "@host/name")
			if strings.Contains(location.String(), "word") {
				t.Fatalf("%s became %s", string(location), location)
			}
		})
	})
}

func TestTheListingWritesValuesAsAnOperatorWould(t *testing.T) {
	_, ctx, err := parse(t, "--trusted-proxies=10.0.0.0/8,::1", "--sessions-idle=90m", "--sessions-recheck=1500ms")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"trusted_proxies": "10.0.0.0/8,::1", "sessions.idle": "1h30m", "sessions.total": "720h", "sessions.recheck": "1.5s",
		"limits.body_size": "1MiB", "sqlite.mmap_size": "0", "impersonation.grant_max_life": "0s", "plain_http": "false",
		"limits.header_timeout": "5s", "sessions.remember": "5m",
	}
	got := map[string]string{}
	values := Effective(ctx)
	for _, value := range values {
		if _, found := want[value.Key]; found {
			got[value.Key] = value.Text
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(values) != len(Settings()) {
		t.Errorf("%d values for %d settings", len(values), len(Settings()))
	}
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]Size{"0": 0, "17": 17, "1KiB": KiB, "4 MiB": 4 * MiB, "2GiB": 2 * GiB} {
		var got Size
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s is %d, error %v", text, got, err)
		}
	}
	for _, text := range []string{"", "MiB", "-1", "1.5MiB", "1MB", "1mib", "9999999999GiB", "99999999999999999999"} {
		got := Size(7)
		if err := got.UnmarshalText([]byte(text)); err == nil || got != 7 {
			t.Errorf("%q gave %d, error %v", text, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		size, back := Size(rapid.Int64Min(0).Draw(t, "size")), Size(0)
		if err := back.UnmarshalText([]byte(size.String())); err != nil || back != size {
			t.Fatalf("%d is written %s and read %d, error %v", int64(size), size, int64(back), err)
		}
	})
}

func TestAccessors(t *testing.T) {
	t.Run("the key is in the data folder unless it is named", func(t *testing.T) {
		for want, store := range map[string]Store{
			filepath.Join("d", "secret.key"): {Data: "d"},
			"k":                              {Data: "d", SecretKeyFile: "k"},
			"":                               {Data: "postgres://db/x"},
		} {
			if got := store.KeyFile(); got != want {
				t.Errorf("%+v: %s, want %s", store, got, want)
			}
		}
	})
	t.Run("at least one password is hashed at a time", func(t *testing.T) {
		if n := (Config{}).Hashes(); n < 1 {
			t.Errorf("%d at once", n)
		}
		if n := (Config{HashParallel: 7}).Hashes(); n != 7 {
			t.Errorf("%d at once", n)
		}
	})
	t.Run("proxies are networks, and single addresses networks of one", func(t *testing.T) {
		c := Config{TrustedProxies: []string{"10.1.2.3/8", "192.0.2.7", "::1", "rubbish"}}
		var got []string
		for _, network := range c.ProxyNetworks() {
			got = append(got, network.String())
		}
		if diff := cmp.Diff([]string{"10.0.0.0/8", "192.0.2.7/32", "::1/128"}, got); diff != "" {
			t.Error(diff)
		}
	})
}
