package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/alecthomas/kong"
)

type versionCommand struct {
	listing
}

// Help shows examples.
func (versionCommand) Help() string { return examples("latchkey version", "latchkey version --json") }

type versionRow struct {
	Part    string `json:"part" column:"PART"`
	Version string `json:"version" column:"VERSION"`
}

func (c *versionCommand) runAlone(_ context.Context, p *person, _ *kong.Context) error {
	rows := []versionRow{{"latchkey", programVersion()}, {"go", runtime.Version()}}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			switch module.Path {
			case "modernc.org/sqlite":
				rows = append(rows, versionRow{"sqlite driver", module.Version})
			case "github.com/jackc/pgx/v5":
				rows = append(rows, versionRow{"postgresql driver", module.Version})
			}
		}
	}
	rows = append(rows, versionRow{"platform", runtime.GOOS + "/" + runtime.GOARCH})
	return show(p.out, c.listing, rows)
}

// programVersion gives the module's version, or the commit it was built from.
func programVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version, commit, changed := info.Main.Version, "", ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			commit = setting.Value[:min(12, len(setting.Value))]
		case setting.Key == "vcs.modified" && setting.Value == "true":
			changed = ", changed since"
		}
	}
	if version == "" || version == "(devel)" {
		version = "development"
	}
	if commit == "" {
		return version
	}
	return fmt.Sprintf("%s (commit %s%s)", version, commit, changed)
}
