package cli

import (
	"context"
	"time"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/telecom"
)

type inventoryCommands struct {
	List inventoryList `cmd:"" help:"List a tenant's inventory."`
	Show inventoryShow `cmd:"" help:"Show an inventory item."`
}

type inventoryList struct {
	whose
	listing
	paging
	Tenant   string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	Customer int64  `placeholder:"ID" help:"Only what one customer has."`
	Status   string `enum:",AVAILABLE,UNAVAILABLE,ASSIGNED,BATCHED" default:"" placeholder:"STATUS" help:"Only what is AVAILABLE, UNAVAILABLE, ASSIGNED or BATCHED."`
	Kind     string `enum:",General,Telephone_Number,IP_Address,Mobile_Device,SIM_Card" default:"" placeholder:"KIND" help:"Only what is of one kind: General, Telephone_Number, IP_Address, Mobile_Device or SIM_Card."`
}

// Help shows examples.
func (inventoryList) Help() string {
	return examples("latchkey inventory list ACME", "latchkey inventory list ACME --status AVAILABLE --kind SIM_Card --json")
}

type inventoryRow struct {
	ID         int64             `json:"id" column:"ITEM"`
	Kind       string            `json:"kind" column:"KIND"`
	Type       string            `json:"type" column:"TYPE"`
	Identifier string            `json:"identifier" column:"IDENTIFIER"`
	Status     string            `json:"status" column:"STATUS"`
	Reason     string            `json:"reason,omitempty" column:"REASON"`
	Customer   ref               `json:"customer,omitempty" column:"CUSTOMER"`
	Service    ref               `json:"service,omitempty" column:"SERVICE"`
	Product    ref               `json:"product,omitempty"`
	AssignedAt *time.Time        `json:"assigned_at,omitempty" column:"ASSIGNED"`
	MDN        string            `json:"mdn,omitempty"`
	MSID       string            `json:"msid,omitempty"`
	Note       string            `json:"note,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
}

func describeItem(in *catalogue.Catalogue, i telecom.InventoryItem) inventoryRow {
	row := inventoryRow{
		ID: int64(i.ID), Kind: string(i.Kind), Identifier: i.Identifier, Status: string(i.Status), Customer: ref(i.Customer),
		Service: ref(i.Service), Product: ref(i.Product), AssignedAt: moment(i.AssignedAt), MDN: i.MDN, MSID: i.MSID,
		Note: i.Note, Fields: fieldTexts(in, i.Fields),
	}
	if kind, ok := in.InventoryType(i.Type); ok {
		row.Type = kind.Name
	}
	if reason, ok := in.UnavailableReason(i.Reason); ok {
		row.Reason = reason.Description
	}
	return row
}

func (c *inventoryList) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	in, err := d.house.Catalogue.Current(ctx, who)
	if err != nil {
		return err
	}
	id := func(i telecom.InventoryItem) int64 { return int64(i.ID) }
	items, err := collect(d, c.paging, id, all[telecom.InventoryItem], func(page access.Page) ([]telecom.InventoryItem, error) {
		return d.house.Telecom.Inventory.List(ctx, who, telecom.InventoryFilter{
			Customers: given(telecom.CustomerID(c.Customer)), Kinds: given(catalogue.InventoryKind(c.Kind)),
			Statuses: given(telecom.InventoryStatus(c.Status)), After: telecom.InventoryID(page.After), Limit: page.Limit,
		})
	})
	if err != nil {
		return err
	}
	rows := make([]inventoryRow, len(items))
	for n, i := range items {
		rows[n] = describeItem(in, i)
	}
	return show(d.out, c.listing, rows)
}

type inventoryShow struct {
	whose
	JSON   bool   `name:"json" help:"Write one JSON object, with times in UTC."`
	Tenant string `arg:"" placeholder:"CODE" help:"The tenant's code."`
	ID     int64  `arg:"" help:"The item's id, as inventory list shows it."`
}

// Help shows examples.
func (inventoryShow) Help() string {
	return examples("latchkey inventory show ACME 1001", "latchkey inventory show ACME 1001 --json")
}

func (c *inventoryShow) runInside(ctx context.Context, d *desk) error {
	who, err := d.operator(ctx, c.Tenant)
	if err != nil {
		return err
	}
	item, in, err := d.house.Telecom.Inventory.Find(ctx, who, telecom.InventoryKey{ID: telecom.InventoryID(c.ID)})
	if err != nil {
		return err
	}
	return showOne(d.out, c.JSON, describeItem(in, item))
}
