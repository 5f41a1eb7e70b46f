/** Who uses a service. */
export interface Account {
  readonly user: string;
  readonly password: string;
}
