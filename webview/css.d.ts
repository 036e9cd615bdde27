/** Style sheets are imported for the bundler, which puts them together into one. */
declare module "*.css";
