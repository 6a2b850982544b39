package drill

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// cutOff runs a node whose way to the database goes over a dam. First the news is held back, then the database is gone, then
// it is there again.
func (n *nodes) cutOff(ctx context.Context) error {
	dam, through, err := openDam(n.Data)
	if errors.Is(err, errNoDam) {
		n.figures = append(n.figures, Figure{What: "a node that is cut off", Value: "not looked at: " + err.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	defer dam.close()
	n.say("cutting a node off from the news, and then from its database")
	place := *n.Place
	place.Data = through
	n.started++
	node, err := place.start(ctx, fmt.Sprintf("node-%d", n.started), "--no-request-log", "--sessions-recheck", n.Recheck.String())
	if err != nil {
		return err
	}
	defer node.kill()
	here, there := n.callerOf(n.balancer.all()[0]), n.callerOf(node)
	if err := n.withoutNews(ctx, dam, here, there); err != nil {
		return fmt.Errorf("a node without news: %w", err)
	}
	if err := n.withoutDatabase(ctx, dam, node, here, there); err != nil {
		return fmt.Errorf("a node without its database: %w", err)
	}
	return nil
}

// withoutNews ends a session that a node remembers and hears nothing of.
func (n *nodes) withoutNews(ctx context.Context, dam *dam, here, there *caller) error {
	dam.set(true, false)
	took, late, err := n.revoke(ctx, here, there)
	dam.set(false, false)
	n.figures = append(n.figures, Figure{
		What: "ended here, refused there without news", Value: took.Round(time.Millisecond).String(),
		Limit: fmt.Sprintf("at most the re-check, %v", n.Recheck), Bad: late,
	})
	return err
}

// noticesWithin is how long a node may take to say that it is not ready, and to be so again. longer is how long it is asked
// after the re-check, when it may believe nothing any more.
const (
	noticesWithin = 30 * time.Second
	longer        = time.Second
)

// withoutDatabase asks a node for a session that it remembers while its database is gone.
func (n *nodes) withoutDatabase(ctx context.Context, dam *dam, node *child, here, there *caller) error {
	if err := n.turns(ctx, node, true, nil); err != nil {
		return err
	}
	key, err := here.open(ctx)
	if err != nil {
		return err
	}
	for range 2 {
		if live, err := there.live(ctx, key); err != nil || !live {
			return errors.Join(errors.New("a session opened at one node is not live at the other"), err)
		}
	}
	dam.set(false, true)
	gone := n.Now() // whatever the node has read, it has asked for before
	var late int
	ask := func() {
		asked := n.Now()
		if live, _ := there.live(ctx, key); live && asked.Sub(gone) > n.Recheck {
			late++
		}
	}
	err = n.turns(ctx, node, false, ask)
	noticed := n.Now().Sub(gone)
	for end := gone.Add(n.Recheck + longer); err == nil && n.Now().Before(end); {
		ask()
		err = pause(ctx, lookEvery)
	}
	dam.set(false, false)
	if err != nil {
		return err
	}
	back := n.Now()
	if err := n.turns(ctx, node, true, nil); err != nil {
		return err
	}
	live, err := there.live(ctx, key)
	n.figures = append(n.figures,
		Figure{What: "not ready without its database", Value: "after " + noticed.Round(time.Millisecond).String(), Limit: "at most 30s"},
		Figure{What: "sessions believed without it", Value: fmt.Sprint(late), Limit: fmt.Sprintf("none after %v", n.Recheck), Bad: late > 0},
		Figure{What: "ready again", Value: "after " + n.Now().Sub(back).Round(time.Millisecond).String(), Limit: "with its sessions", Bad: !live},
	)
	return err
}

// turns waits until a node says that it is ready, or that it isn't, and does something meanwhile.
func (n *nodes) turns(ctx context.Context, node *child, ready bool, meanwhile func()) error {
	return n.await(ctx, fmt.Sprintf("a node to say ready: %v", ready), noticesWithin, func() (bool, error) {
		if meanwhile != nil {
			meanwhile()
		}
		return isReady(ctx, node) == ready, nil
	})
}
