import { render } from "preact";
import { App } from "./app";
import { startStream } from "./live";
import { setEnergyIn } from "./numbers";
import { catchLinks } from "./router";
import { applyTheme, energyUnit } from "./settings";
import "./style.css";

applyTheme();
setEnergyIn(energyUnit());
catchLinks();
startStream();
const place = document.getElementById("app")!;
place.textContent = "";
render(<App />, place);
