package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"latchkey/internal/access"
	"latchkey/internal/api"
	"latchkey/internal/config"
	"latchkey/internal/dialect/intelliview"
	"latchkey/internal/dialect/revio"
	"latchkey/internal/dialect/sosbackup"
	"latchkey/internal/server"
)

type serveCommand struct {
	config.Config

	Demo    bool   `help:"Put demo data into the store: tenants and accounts of each dialect, for trying things out. Not for other machines to reach."`
	EnvFile string `placeholder:"FILE" help:"Once the server answers, write its address and the demo credentials to a file that a shell can read; only its owner can."`
}

// Help says how to start and stop.
func (serveCommand) Help() string {
	return "Without --demo the first start makes no account; it prints the commands that do.\n\n" +
		"An interrupt (SIGINT, SIGTERM) lets requests in flight finish; a second one ends the server at once. " +
		"While it runs, the other commands work through it.\n\n" + examples(
		"latchkey serve --demo",
		"latchkey serve --data /var/lib/latchkey --listen :443 --tls-cert cert.pem --tls-key key.pem",
		"latchkey serve --config /etc/latchkey.toml",
		"latchkey serve --demo --listen 127.0.0.1:0 --env-file latchkey.env")
}

func (c *serveCommand) runAlone(ctx context.Context, p *person, _ *kong.Context) error {
	if err := c.Config.Check(); err != nil {
		return err
	}
	useProcessors()
	log, flush := server.NewLog(c.Config, p.err)
	defer flush()
	for _, message := range config.Misspelt(os.Environ()) {
		log.Warn(message)
	}
	if err := c.forgetEnvFile(); err != nil {
		return err
	}
	house, err := server.OpenHouse(ctx, c.Config, log)
	if err != nil {
		return err
	}
	err = c.serve(ctx, p, house)
	return errors.Join(err, house.Close(context.WithoutCancel(ctx)))
}

// forgetEnvFile removes what an earlier server left, so that a script that waits for the file waits for this server.
func (c *serveCommand) forgetEnvFile() error {
	if c.EnvFile == "" {
		return nil
	}
	if err := os.Remove(c.EnvFile); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("the old --env-file: %w", err)
	}
	return nil
}

func (c *serveCommand) serve(ctx context.Context, p *person, house *server.House) error {
	screen := &firstScreen{out: p.out, config: c.Config}
	if c.Demo {
		demo, err := house.SeedDemo(ctx)
		if err != nil {
			return err
		}
		screen.demo = &demo
	} else {
		tenants, err := house.Access.Tenants.List(ctx)
		if err != nil {
			return err
		}
		screen.empty = len(tenants) == 0
	}
	s, err := server.New(house, newAdmin(house))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("%w: is another server running? --listen takes another address", err)
	}
	screen.url = address(listener.Addr(), c.TLS())
	if c.Demo && !isLoopback(listener.Addr()) {
		house.Log.Warn("demo accounts can be reached from other machines", "listen", listener.Addr().String())
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	err = s.Serve(ctx, listener, func() {
		screen.show()
		house.Log.Info("answering", "address", screen.url, "version", programVersion())
		if err := c.writeEnvFile(screen); err != nil {
			stop(fmt.Errorf("--env-file: %w", err))
		}
	})
	if cause := context.Cause(ctx); ctx.Err() != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

func (c *serveCommand) writeEnvFile(s *firstScreen) error {
	if c.EnvFile == "" {
		return nil
	}
	text := fmt.Sprintf("LATCHKEY_URL='%s'\n", s.url)
	if s.demo != nil {
		text = s.demo.Env(s.url)
	}
	return writeWhole(c.EnvFile, text)
}

// address gives the URL at which this machine reaches a listener.
func address(addr net.Addr, tls bool) string {
	scheme := "http"
	if tls {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return scheme + "://" + addr.String()
	}
	if ip := net.ParseIP(host); ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func isLoopback(addr net.Addr) bool {
	tcp, ok := addr.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// firstScreen is what a person sees when the server has started.
type firstScreen struct {
	out    io.Writer
	config config.Config
	url    string
	demo   *server.Demo // nil without demo data
	empty  bool         // whether nobody can sign in yet
}

func (s *firstScreen) show() {
	var b strings.Builder
	fmt.Fprintf(&b, "Latchkey answers on %s\n", s.url)
	if s.config.PublicURL != "" {
		fmt.Fprintf(&b, "  clients know it as  %s\n", s.config.PublicURL)
	}
	fmt.Fprintf(&b, "  Rev.io service      %s%s\n", s.url, revio.Path)
	fmt.Fprintf(&b, "  Intelliview service %s%s\n", s.url, intelliview.Path)
	fmt.Fprintf(&b, "  SOS Backup service  %s%s\n", s.url, sosbackup.Path)
	b.WriteString("  their descriptions  the same with ?WSDL\n")
	fmt.Fprintf(&b, "  web pages           %s/MyAccount and %s/PartnerDashboard\n", s.url, s.url)
	fmt.Fprintf(&b, "  JSON interface      %s%s\n", s.url, api.Path)
	fmt.Fprintf(&b, "  data                %s\n", s.config.Data)
	switch {
	case s.demo != nil:
		s.showDemo(&b)
	case s.empty:
		s.showFirstSteps(&b)
	}
	fmt.Fprint(s.out, b.String())
}

func (s *firstScreen) showDemo(b *strings.Builder) {
	client, company, partner := s.demo.Revio, s.demo.Intelliview, s.demo.SOSBackup
	fmt.Fprintf(b, "\nDemo accounts of Rev.io client %s, whose customer %d has the number %s:\n", client.Tenant, client.Customer, client.Number)
	showAccount(b, client.First, client.FirstPassword)
	showAccount(b, client.Second, client.SecondPassword)
	fmt.Fprintf(b, "Demo accounts of Intelliview, of company %s and, with company NEW, of its operator:\n", company.Company)
	showAccount(b, company.Admin, company.AdminPassword)
	showAccount(b, company.Super, company.SuperPassword)
	fmt.Fprintf(b, "Demo accounts of SOS Online Backup, of partner %s and its company %s; the first calls the API:\n",
		partner.Entity, partner.BackupEntity)
	showAccount(b, partner.APIUser, partner.Password)
	showAccount(b, partner.DashboardName, partner.DashboardPassword)
	showAccount(b, partner.BackupAccount, partner.BackupPassword)
	fmt.Fprintf(b, "\nThis opens a session of Rev.io:\n\n%s\n\n", client.Curl(s.url))
}

func showAccount(b *strings.Builder, name string, secret access.Secret) {
	fmt.Fprintf(b, "  %-11s password  %s\n", name, secret.Reveal())
}

// showFirstSteps gives the commands that make the first tenant and account, to be pasted as they are.
func (s *firstScreen) showFirstSteps(b *strings.Builder) {
	where := ""
	if s.config.Data != config.Default().Data {
		where += " --data " + shellWord(string(s.config.Data))
	}
	if s.config.Data.IsPostgres() {
		where = " --data '" + s.config.Data.String() + "' --secret-key-file " + shellWord(s.config.SecretKeyFile)
	}
	b.WriteString("\nNobody can sign in yet. These commands, in another terminal, make the first tenant and account:\n\n")
	fmt.Fprintf(b, "latchkey tenant add ACME --name 'Acme Telecom'%s\n", where)
	fmt.Fprintf(b, "latchkey agent add ACME A-1001 --name 'First Agency'%s\n", where)
	fmt.Fprintf(b, "latchkey account add ACME/alice --agent A-1001%s\n\n", where)
}

// shellWord quotes a word where a shell would take it apart.
func shellWord(text string) string {
	if text != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=+", r)
	}) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
