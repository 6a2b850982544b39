package telecom

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// TransactionID names a transaction.
type TransactionID int64

// Kind tells a charge from a credit; its texts are those of Enum_Type.
type Kind string

// The kinds.
const (
	Charge Kind = "CHARGE"
	Credit Kind = "CREDIT"
)

// Transaction is a charge or a credit that was posted to a customer.
type Transaction struct {
	ID          TransactionID
	TenantID    access.TenantID
	Customer    CustomerID
	Service     ServiceID
	Product     CustomerProductID
	OfProduct   catalogue.ProductID
	OfType      catalogue.ProductTypeID
	Kind        Kind
	Amount      decimal.Decimal // not negative, four decimals at most
	Quantity    int
	Description string
	From, To    time.Time
	TaxIncluded bool
	Prorate     bool
	Agent       access.AgentID
	Statement   int64 // 0: on no bill yet
	CreatedAt   time.Time
}

// Transactions owns the rules about charges and credits.
type Transactions struct{ *house }

// Post posts a charge or a credit and gives it as it is stored. One of Product, OfProduct and OfType says what for; what the
// others say must agree. Customer may be left out where Service or Product names it, Service where Product does. Description
// defaults to that of the customer product, of the product or of its type, Quantity to 1, From and To to today in the tenant's
// zone. Amount is the whole amount, whatever Quantity is; with Prorate it counts for a month, and the share of the days
// From to To is posted.
//
// InvalidInput: ID, Statement or CreatedAt are given, or what is given cannot be. ServiceOfAnother: the customers contradict.
// NoSuchCustomer, NoSuchService, NoSuchProduct, NoSuchProductType and NoSuchAgent are what they say.
func (s *Transactions) Post(ctx context.Context, who access.Principal, t Transaction) (posted Transaction, err error) {
	if err := t.check(); err != nil {
		return Transaction{}, err
	}
	err = s.update(ctx, who, func(c *change) error {
		posted = t
		posted.TenantID, posted.CreatedAt = c.tenant, c.at
		if err := c.whose(&posted); err != nil {
			return err
		}
		if err := c.describe(&posted); err != nil {
			return err
		}
		if err := posted.prorate(who.Tenant.Location()); err != nil {
			return err
		}
		if posted.ID, err = c.tx.InsertTransaction(c.ctx, posted); err != nil {
			return err
		}
		r := record{noun: "transaction", id: int64(posted.ID), service: posted.Service}
		return c.tell(r, "post", fmt.Sprintf("%s of %s", posted.Kind, posted.Amount.StringFixed(4)))
	})
	if err != nil {
		return Transaction{}, err
	}
	return posted, nil
}

// check refuses what is wrong by itself.
func (t Transaction) check() error {
	switch {
	case t.ID != 0 || t.Statement != 0 || !t.CreatedAt.IsZero():
		return problem.New(problem.InvalidInput, "ID, StatementID and CreatedDate cannot be given for a new transaction.")
	case t.Kind != Charge && t.Kind != Credit:
		return problem.New(problem.InvalidInput, "A transaction needs a Type: CHARGE or CREDIT.")
	case t.Amount.IsNegative():
		return problem.New(problem.InvalidInput, "The Amount is not negative; what is given back is a CREDIT.")
	case t.Product == 0 && t.OfProduct == 0 && t.OfType == 0:
		return problem.New(problem.InvalidInput, "Give one of ProductID, ProductTypeID and CustomerProductID.")
	case t.Quantity < 0:
		return problem.New(problem.InvalidInput, "The Quantity is not negative.")
	default:
		return cmp.Or(
			catalogue.CheckMoney("the Amount", t.Amount),
			catalogue.CheckText("the Description", t.Description, longestText),
			checkDate("DateStart", t.From),
			checkDate("DateEnd", t.To),
		)
	}
}

// whose finds the customer of a transaction, locks it, and fills in what its customer product says.
func (c *change) whose(t *Transaction) error {
	var product CustomerProduct
	var err error
	if t.Product != 0 {
		if product, err = c.tx.CustomerProduct(c.ctx, c.tenant, t.Product); err != nil {
			return err
		}
		if t.Service != 0 && product.Service != 0 && t.Service != product.Service {
			return problem.New(problem.ServiceOfAnother, "Customer product %d is not on service %d.", t.Product, t.Service)
		}
		if t.OfProduct != 0 && t.OfProduct != product.Product {
			return problem.New(problem.InvalidInput, "Customer product %d is not of product %d.", t.Product, t.OfProduct)
		}
		t.Service, t.OfProduct = cmp.Or(t.Service, product.Service), product.Product
		t.Description = cmp.Or(t.Description, product.Description)
	}
	customer := cmp.Or(t.Customer, product.Customer)
	if t.Service != 0 {
		service, err := c.tx.Service(c.ctx, c.tenant, t.Service)
		if err != nil {
			return err
		}
		customer = cmp.Or(customer, service.Customer)
		if service.Customer != customer {
			return problem.New(problem.ServiceOfAnother, "Service %d does not belong to customer %d.", t.Service, customer)
		}
	}
	switch {
	case customer == 0:
		return problem.New(problem.InvalidInput, "Give the customer by one of CustomerID, LineID and CustomerProductID.")
	case product.Customer != 0 && product.Customer != customer:
		return problem.New(problem.ServiceOfAnother, "Customer product %d does not belong to customer %d.", t.Product, customer)
	}
	t.Customer = customer
	return c.lock(customer)
}

// describe fills in what the catalogue says of a transaction, and today.
func (c *change) describe(t *Transaction) error {
	if t.OfProduct != 0 {
		product, ok := c.catalogue.Product(t.OfProduct)
		switch {
		case !ok:
			return problem.New(problem.NoSuchProduct, "There is no product %d.", t.OfProduct)
		case t.OfType != 0 && t.OfType != product.Type:
			return problem.New(problem.InvalidInput, "Product %d is not of product type %d.", t.OfProduct, t.OfType)
		}
		t.OfType = product.Type
		t.Description = cmp.Or(t.Description, product.Description, product.Name)
	}
	if t.OfType != 0 {
		kind, ok := c.catalogue.ProductType(t.OfType)
		if !ok {
			return problem.New(problem.NoSuchProductType, "There is no product type %d.", t.OfType)
		}
		t.Description = cmp.Or(t.Description, kind.Name)
	}
	if t.Agent != 0 {
		if _, err := agentOf(c.ctx, c.tx, c.tenant, t.Agent); err != nil {
			return err
		}
	}
	today := startOfDay(c.at.In(c.who.Tenant.Location()))
	if t.From.IsZero() {
		t.From = today
	}
	if t.To.IsZero() {
		t.To = today
	}
	if t.To.Before(t.From) {
		return problem.New(problem.InvalidInput, "DateEnd lies before DateStart.")
	}
	t.Quantity = cmp.Or(t.Quantity, 1)
	return nil
}

func startOfDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// monthParts is divisible by the days of every month, so that shares of months add up without rounding.
const monthParts = 4 * 3 * 5 * 7 * 29 * 31

// prorate makes the amount for a month that of the days From to To, both included, each counted as its share of its month;
// rounded half up to four decimals. InvalidInput: it becomes too large.
func (t *Transaction) prorate(zone *time.Location) error {
	if !t.Prorate {
		return nil
	}
	parts := int64(0)
	last := startOfDay(t.To.In(zone))
	for day := startOfDay(t.From.In(zone)); !day.After(last); {
		end := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, zone) // the last day of the month
		days := end.Day() - day.Day() + 1
		if last.Before(end) {
			days = last.Day() - day.Day() + 1
		}
		parts += int64(days) * monthParts / int64(end.Day())
		day = time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, zone)
	}
	t.Amount = t.Amount.Mul(decimal.NewFromInt(parts)).DivRound(decimal.NewFromInt(monthParts), 4)
	return catalogue.CheckMoney("the prorated Amount", t.Amount)
}

// Find gives transactions in order of id; the filter's Tenant and Limit are set here. NoSuchCustomer, NoSuchService: there is
// none. InvalidInput: the filter is empty, or there are too many.
func (s *Transactions) Find(ctx context.Context, who access.Principal, filter TransactionFilter) (found []Transaction, err error) {
	if filter.Customer == 0 && filter.Service == 0 && filter.Statement == 0 && filter.From.IsZero() && filter.To.IsZero() {
		return nil, noFilter("CustomerID, StatementID, LineID and Date")
	}
	filter.Tenant, filter.Limit = who.Tenant.ID, s.limit()
	err = s.view(ctx, who, func(r Records, _ *catalogue.Catalogue) error {
		if filter.Customer != 0 {
			if _, err := r.Customer(ctx, filter.Tenant, filter.Customer); err != nil {
				return err
			}
		}
		if filter.Service != 0 {
			if _, err := r.Service(ctx, filter.Tenant, filter.Service); err != nil {
				return err
			}
		}
		if found, err = r.Transactions(ctx, filter); err != nil {
			return err
		}
		return s.fits(len(found), "customer or by date")
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
