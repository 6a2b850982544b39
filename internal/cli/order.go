package cli

import (
	"context"
	"errors"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

type orderCommands struct {
	List   orderList   `cmd:"" help:"List a tenant's orders."`
	Show   orderShow   `cmd:"" help:"Show an order and what it does with each service."`
	Place  orderPlace  `cmd:"" help:"Place an order for a customer."`
	Status orderStatus `cmd:"" help:"Give an order another status; what completes happens."`
}

type orderList struct {
	whose
	listing
	paging
	Tenant   string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Customer int64  `placeholder:"ID" help:"Only those of one customer."`
	Status   string `placeholder:"STATUS" help:"Only those in one status, such as NEW or COMPLETE."`
	Type     string `enum:",NEW,CONVERSION,ADD_LINE,CHANGE_FEATURE,DISCONNECT,DENY,RESTORE" default:"" placeholder:"TYPE" help:"Only those of one type: NEW, CONVERSION, ADD_LINE, CHANGE_FEATURE, DISCONNECT, DENY or RESTORE."`
	Number   string `placeholder:"NUMBER" help:"Only those that touch a service with this number."`
}

// Help shows examples.
func (orderList) Help() string {
	return examples("latchkey order list ACME", "latchkey order list ACME --customer 1001 --status NEW --json")
}

type orderRow struct {
	ID             int64      `json:"id" column:"ID"`
	PON            string     `json:"pon" column:"PON"`
	Customer       int64      `json:"customer" column:"CUSTOMER"`
	Type           string     `json:"type" column:"TYPE"`
	Status         string     `json:"status" column:"STATUS"`
	StatusNote     string     `json:"status_note,omitempty"`
	Provider       string     `json:"provider,omitempty" column:"PROVIDER"`
	Process        string     `json:"process,omitempty"`
	Phase          string     `json:"phase,omitempty" column:"PHASE"`
	Shipping       string     `json:"shipping,omitempty"`
	TrackingNumber string     `json:"tracking_number,omitempty"`
	Description    string     `json:"description,omitempty"`
	CreatedAt      time.Time  `json:"created_at" column:"CREATED"`
	CompletedAt    *time.Time `json:"completed_at,omitempty" column:"COMPLETED"`
}

func describeOrder(in *catalogue.Catalogue, o telecom.Order) orderRow {
	row := orderRow{
		ID: int64(o.ID), PON: o.PON, Customer: int64(o.Customer), Type: string(o.Type), Status: string(o.Status),
		StatusNote: o.StatusNote, Shipping: string(o.Shipping), TrackingNumber: o.TrackingNumber, Description: o.Description,
		CreatedAt: o.CreatedAt.UTC(), CompletedAt: moment(o.CompletedAt),
	}
	if provider, ok := in.Provider(o.Provider); ok {
		row.Provider = provider.Name
	}
	if process, ok := in.Process(o.Process); ok {
		row.Process = process.Name
	}
	if phase, ok := in.Phase(o.Phase); ok {
		row.Phase = phase.Description
	}
	return row
}

func (c *orderList) query(page access.Page) telecom.OrderQuery {
	q := telecom.OrderQuery{OrderFilter: telecom.OrderFilter{After: telecom.OrderID(page.After)}}
	q.Customers = given(telecom.CustomerID(c.Customer))
	q.Statuses = given(telecom.OrderStatus(c.Status))
	q.Types = given(telecom.OrderType(c.Type))
	q.Numbers = given(c.Number)
	return q
}

// given makes a filter of a value; none of the zero value.
func given[T comparable](value T) []T {
	var none T
	if value == none {
		return nil
	}
	return []T{value}
}

// errFull ends a search when a page is full.
var errFull = errors.New("the page is full")

func (c *orderList) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	id := func(row orderRow) int64 { return row.ID }
	rows, err := collect(d, c.paging, id, all[orderRow], func(page access.Page) (rows []orderRow, err error) {
		err = d.house.Telecom.Orders.Search(ctx, who, c.query(page), func(found telecom.FoundOrder) error {
			rows = append(rows, describeOrder(found.Catalogue, found.Order))
			if len(rows) == page.Limit {
				return errFull
			}
			return nil
		})
		if errors.Is(err, errFull) {
			err = nil
		}
		return rows, err
	})
	if err != nil {
		return err
	}
	return show(d.out, c.listing, rows)
}

type orderShow struct {
	whose
	JSON   bool   `name:"json" help:"Write one JSON object, with times in UTC."`
	Tenant string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	ID     int64  `arg:"" help:"The order's id, as order list shows it."`
}

// Help shows examples.
func (orderShow) Help() string {
	return examples("latchkey order show ACME 1001", "latchkey order show ACME 1001 --json")
}

type orderLineRow struct {
	Service         int64  `json:"service" column:"SERVICE"`
	Number          string `json:"number,omitempty" column:"NUMBER"`
	Action          string `json:"action" column:"ACTION"`
	Product         ref    `json:"product,omitempty" column:"PRODUCT"`
	CustomerProduct ref    `json:"customer_product,omitempty" column:"ITS ID"`
	ProductAction   string `json:"product_action,omitempty" column:"WITH IT"`
	Quantity        int    `json:"quantity,omitempty" column:"QUANTITY"`
	Rate            string `json:"rate,omitempty" column:"RATE"`
}

func (c *orderShow) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	order, services, err := d.house.Telecom.Orders.Get(ctx, who, telecom.OrderID(c.ID))
	if err != nil {
		return err
	}
	in, err := d.house.Catalogue.Current(ctx, who)
	if err != nil {
		return err
	}
	row, lines := describeOrder(in, order), describeLines(order, services)
	if c.JSON {
		return writeJSON(d.out, struct {
			orderRow
			Lines []orderLineRow `json:"lines"`
		}{row, lines})
	}
	if err := showOne(d.out, false, row); err != nil {
		return err
	}
	return showBelow(d, lines)
}

// describeLines gives a row for each product of each line, or one for a line without.
func describeLines(order telecom.Order, services map[telecom.ServiceID]telecom.Service) []orderLineRow {
	rows := []orderLineRow{}
	for _, line := range order.Lines {
		row := orderLineRow{Service: int64(line.Service), Number: services[line.Service].Number, Action: string(line.Action)}
		if len(line.Products) == 0 {
			rows = append(rows, row)
		}
		for _, p := range line.Products {
			row.Product, row.CustomerProduct, row.ProductAction = ref(p.Product), ref(p.CustomerProduct), string(p.Action)
			row.Quantity, row.Rate = p.Quantity, ""
			if p.Rate != nil {
				row.Rate = p.Rate.StringFixed(4)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

type orderStatus struct {
	whose
	Tenant    string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	ID        int64  `arg:"" help:"The order's id, as order list shows it."`
	Status    string `arg:"" placeholder:"STATUS" help:"SENT, CONFIRMED, PROVISIONED, COMPLETE, CANCELED, ERROR, FLOW_ERROR, HOLD, PAYMENT_HOLD, LIFELINE_HOLD, JEOPARDY or NEW."`
	Note      string `placeholder:"TEXT" help:"Why."`
	Completed string `placeholder:"DATE" help:"When it took effect, such as 2026-03-01, in the tenant's time zone; today where none is given. Goes with COMPLETE."`
}

// Help says what completing does.
func (orderStatus) Help() string {
	return "COMPLETE and CANCELED are final. With COMPLETE services and products become what the order was placed for; with " +
		"CANCELED what it would have added is disconnected.\n\n" + examples(
		"latchkey order status ACME 1001 COMPLETE --completed 2026-03-01", "latchkey order status ACME 1001 HOLD --note 'Waits for the address.'")
}

func (c *orderStatus) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	status := telecom.OrderStatus(c.Status)
	edit := telecom.OrderEdit{Status: &status}
	if c.Note != "" {
		edit.StatusNote = &c.Note
	}
	if c.Completed != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Completed, who.Tenant.Location())
		if err != nil {
			return usageError("--completed is a day such as 2026-03-01")
		}
		edit.CompletedAt = &day
	}
	order, err := d.house.Telecom.Orders.Change(ctx, who, telecom.OrderID(c.ID), edit)
	if err != nil {
		return err
	}
	d.say("Order %d is %s.", order.ID, order.Status)
	return nil
}
