"""What the site has to download and to launch: notebooks, the lab, a zip."""
